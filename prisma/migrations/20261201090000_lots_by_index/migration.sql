-- Searches by a column also look at the corrected lots that their reader handed on: of all lots these are few, and without an
-- index of them every search would read the whole table.
CREATE INDEX "lot_corrected" ON "lot" ("sequence") WHERE "corrected";

-- The notices that touch what a party holds or is to receive, and searches by consignee.
CREATE INDEX "lot_consignee_idx" ON "lot" ("consignee");
