-- CreateTable
CREATE TABLE "document" (
    "hash" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT,
    "issuer" TEXT,
    "issued_on" TEXT,
    "claims" TEXT NOT NULL,
    "uploaded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "document_pkey" PRIMARY KEY ("hash", "owner")
);

-- CreateIndex
CREATE INDEX "document_owner_uploaded_at_hash_idx" ON "document"("owner", "uploaded_at", "hash");

-- CreateIndex
CREATE INDEX "document_uploaded_at_hash_owner_idx" ON "document"("uploaded_at", "hash", "owner");

-- The hashes of documents that stored details name, whole ("cocHash":"0x…") or disclosed ("path":["cocHash"],…,"value":"0x…").
-- It may find more than there are: whoever asks reads the details. The cost makes the planner take the indexes.
CREATE FUNCTION document_hashes(details TEXT, disclosure TEXT) RETURNS TEXT[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN ARRAY(
    SELECT DISTINCT named[1]
    FROM regexp_matches(
        coalesce(details, '') || coalesce(disclosure, ''), '"(?:[A-Za-z]+Hash|value)":"(0x[0-9a-f]{64})"', 'g'
    ) AS named
);

-- Which events and notices name a document, without a table to be kept in step. Most name none: they are left out.
CREATE INDEX "event_documents" ON "event" USING gin (document_hashes("details", "disclosure"))
WHERE "details" LIKE '%Hash"%' OR "disclosure" LIKE '%Hash"%';

CREATE INDEX "notice_documents" ON "notice" USING gin (document_hashes("details", "disclosure"))
WHERE "details" LIKE '%Hash"%' OR "disclosure" LIKE '%Hash"%';
