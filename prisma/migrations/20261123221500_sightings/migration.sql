-- AlterTable
ALTER TABLE "lot" ADD COLUMN "package_id" TEXT;

-- The ids of the packages of lots that are there already: from the details of the events that made them.
UPDATE "lot" SET "package_id" = coalesce(
    event.details::jsonb -> 'entries' -> entry.index ->> 'packageId',
    jsonb_path_query_first(
        event.disclosure::jsonb,
        '$.open[*] ? (@.path[0] == "entries" && @.path[1] == $index && @.path[2] == "packageId").value',
        jsonb_build_object('index', entry.index)
    ) #>> '{}'
)
FROM entry JOIN event ON event.hash = entry.event
WHERE entry.lot = "lot".id AND entry.event = "lot".origin;

-- CreateTable
CREATE TABLE "sighting" (
    "lot" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "hour" INTEGER NOT NULL,
    "time" BIGINT NOT NULL,

    CONSTRAINT "sighting_pkey" PRIMARY KEY ("lot","party","place","hour")
);

-- CreateIndex
CREATE INDEX "lot_package_id_idx" ON "lot"("package_id");

-- CreateIndex
CREATE INDEX "lot_maker_lot_idx" ON "lot"("maker_lot");

-- CreateIndex
CREATE INDEX "sighting_lot_time_idx" ON "sighting"("lot", "time");
