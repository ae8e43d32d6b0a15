-- CreateEnum
CREATE TYPE "SettlementState" AS ENUM ('queued', 'signed', 'mined', 'final', 'held', 'void', 'logged');

-- CreateEnum
CREATE TYPE "Scope" AS ENUM ('read', 'write', 'admin');

-- CreateTable
CREATE TABLE "ledger" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "chain_id" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "genesis" TEXT NOT NULL,
    "deployed_block" INTEGER NOT NULL,

    CONSTRAINT "ledger_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "installation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "salt" TEXT NOT NULL,
    "check" TEXT NOT NULL,
    "restored_at" TIMESTAMPTZ(3),

    CONSTRAINT "installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event" (
    "hash" TEXT NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "bytes" TEXT NOT NULL,
    "signature" TEXT,
    "details" TEXT,
    "secret" TEXT,
    "disclosure" TEXT,
    "action" INTEGER NOT NULL,
    "actor" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "consignee" TEXT NOT NULL,
    "time" BIGINT NOT NULL,
    "accepted_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "restricted" TEXT,

    CONSTRAINT "event_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "entry" (
    "event" TEXT NOT NULL,
    "lot" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "previous" TEXT NOT NULL,
    "quantity" BIGINT NOT NULL,
    "held" BOOLEAN NOT NULL,
    "word" TEXT NOT NULL,
    "live" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "entry_pkey" PRIMARY KEY ("event","lot")
);

-- CreateTable
CREATE TABLE "lot" (
    "id" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "last_event" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "consignee" TEXT NOT NULL,
    "quantity" BIGINT NOT NULL,
    "held" BOOLEAN NOT NULL,
    "origin" TEXT NOT NULL,
    "lot_number" TEXT,
    "manufacturer" TEXT,
    "mpn" TEXT,
    "maker_lot" TEXT,
    "date_code" TEXT,
    "text" TEXT NOT NULL,
    "corrected" BOOLEAN NOT NULL DEFAULT false,
    "sequence" BIGINT NOT NULL,
    "package_id" TEXT,

    CONSTRAINT "lot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "interest" (
    "lot" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "lasting" BOOLEAN NOT NULL,
    "until" TEXT,

    CONSTRAINT "interest_pkey" PRIMARY KEY ("lot","party")
);

-- CreateTable
CREATE TABLE "settlement" (
    "id" TEXT NOT NULL,
    "event" TEXT,
    "notice" TEXT,
    "party" TEXT NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "state" "SettlementState" NOT NULL DEFAULT 'queued',
    "block" INTEGER,
    "block_hash" TEXT,
    "transaction" TEXT,
    "log_index" INTEGER,
    "lot" TEXT,
    "reason" JSONB,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "settlement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "hash" TEXT NOT NULL,
    "sender" TEXT NOT NULL,
    "nonce" INTEGER NOT NULL,
    "raw" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "checkpoint" BIGINT,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "carried" (
    "attempt" TEXT NOT NULL,
    "settlement" TEXT NOT NULL,

    CONSTRAINT "carried_pkey" PRIMARY KEY ("attempt","settlement")
);

-- CreateTable
CREATE TABLE "sender" (
    "address" TEXT NOT NULL,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "sender_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "watch" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "standings" TEXT NOT NULL DEFAULT '{}',
    "fsck" TEXT,
    "holder" TEXT,
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "watch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "turn" (
    "party" TEXT NOT NULL,
    "served" BIGINT NOT NULL,

    CONSTRAINT "turn_pkey" PRIMARY KEY ("party")
);

-- CreateTable
CREATE TABLE "notice" (
    "digest" TEXT NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "bytes" TEXT NOT NULL,
    "signature" TEXT,
    "details" TEXT,
    "secret" TEXT,
    "disclosure" TEXT,
    "lot" TEXT NOT NULL,
    "kind" INTEGER NOT NULL,
    "issuer" TEXT NOT NULL,
    "withdraws" TEXT NOT NULL,
    "time" BIGINT NOT NULL,
    "accepted_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "live" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "notice_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "kept_answer" (
    "owner" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request" TEXT NOT NULL,
    "made_at" BIGINT NOT NULL,
    "token" TEXT NOT NULL,
    "leased_until" BIGINT NOT NULL,
    "status" INTEGER,
    "body" TEXT,

    CONSTRAINT "kept_answer_pkey" PRIMARY KEY ("owner","key")
);

-- CreateIndex
CREATE INDEX "kept_answer_made_at_idx" ON "kept_answer"("made_at");

-- CreateTable
CREATE TABLE "budget" (
    "owner" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "window" BIGINT NOT NULL,
    "spent" BIGINT NOT NULL,

    CONSTRAINT "budget_pkey" PRIMARY KEY ("owner","name")
);

-- CreateTable
CREATE TABLE "block" (
    "number" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "parent" TEXT NOT NULL,
    "time" BIGINT NOT NULL,
    "applied" INTEGER,

    CONSTRAINT "block_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "party" (
    "address" TEXT NOT NULL,
    "roles" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "identity" TEXT NOT NULL,
    "suspended" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "party_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "key" (
    "address" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "enrolled_at" INTEGER NOT NULL,
    "revoked_at" INTEGER,

    CONSTRAINT "key_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "registration" (
    "block" INTEGER NOT NULL,
    "log_index" INTEGER NOT NULL,
    "block_hash" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "args" JSONB NOT NULL,

    CONSTRAINT "registration_pkey" PRIMARY KEY ("block","log_index")
);

-- CreateTable
CREATE TABLE "stored_key" (
    "address" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stored_key_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "party" TEXT,
    "scope" "Scope" NOT NULL,
    "label" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "api_key" TEXT NOT NULL,
    "from_start" BOOLEAN NOT NULL,
    "made_at" BIGINT NOT NULL,
    "seen_at" BIGINT NOT NULL,
    "ended_at" BIGINT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

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

-- CreateTable
CREATE TABLE "policy" (
    "owner" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("owner")
);

-- CreateTable
CREATE TABLE "grant" (
    "id" TEXT NOT NULL,
    "granter" TEXT NOT NULL,
    "grantee" TEXT,
    "hash" TEXT,
    "label" TEXT NOT NULL,
    "lots" TEXT[],
    "up_to" TEXT NOT NULL,
    "fields" TEXT[],
    "from" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grant_read" (
    "id" BIGSERIAL NOT NULL,
    "grant" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "what" TEXT NOT NULL,
    "lot" TEXT NOT NULL,
    "document" TEXT,

    CONSTRAINT "grant_read_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sighting" (
    "lot" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "first" BIGINT NOT NULL,
    "last" BIGINT NOT NULL,

    CONSTRAINT "sighting_pkey" PRIMARY KEY ("lot","party","place")
);

-- CreateTable
CREATE TABLE "session_scan" (
    "party" TEXT NOT NULL,
    "session" TEXT NOT NULL,
    "package" TEXT NOT NULL,
    "first" BIGINT NOT NULL,

    CONSTRAINT "session_scan_pkey" PRIMARY KEY ("party","session","package")
);

-- CreateIndex
CREATE INDEX "session_scan_party_first_idx" ON "session_scan"("party", "first");

-- CreateTable
CREATE TABLE "statement" (
    "digest" TEXT NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "bytes" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "content" TEXT,
    "kind" INTEGER NOT NULL,
    "issuer" TEXT NOT NULL,
    "withdraws" TEXT NOT NULL,
    "time" BIGINT NOT NULL,
    "party" TEXT,
    "mpn" TEXT,
    "audience" TEXT[],
    "accepted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "statement_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "unlogged" (
    "sequence" BIGINT NOT NULL,
    "event" TEXT NOT NULL,

    CONSTRAINT "unlogged_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "leaf" (
    "index" BIGINT NOT NULL,
    "event" TEXT NOT NULL,

    CONSTRAINT "leaf_pkey" PRIMARY KEY ("index")
);

-- CreateTable
CREATE TABLE "tile" (
    "level" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "hashes" BYTEA NOT NULL,

    CONSTRAINT "tile_pkey" PRIMARY KEY ("level","index")
);

-- CreateTable
CREATE TABLE "checkpoint" (
    "size" BIGINT NOT NULL,
    "root" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "checkpoint_pkey" PRIMARY KEY ("size")
);

-- CreateTable
CREATE TABLE "anchoring" (
    "size" BIGINT NOT NULL,
    "root" TEXT NOT NULL,
    "previous_size" BIGINT NOT NULL,
    "block" INTEGER NOT NULL,
    "block_hash" TEXT NOT NULL,
    "transaction" TEXT NOT NULL,
    "log_index" INTEGER NOT NULL,

    CONSTRAINT "anchoring_pkey" PRIMARY KEY ("size")
);

-- CreateTable
CREATE TABLE "foreign_leaf" (
    "event" TEXT NOT NULL,
    "operator" TEXT NOT NULL,
    "index" BIGINT NOT NULL,
    "size" BIGINT NOT NULL,
    "proof" TEXT[],
    "block" INTEGER NOT NULL,

    CONSTRAINT "foreign_leaf_pkey" PRIMARY KEY ("event")
);

-- CreateIndex
CREATE UNIQUE INDEX "event_sequence_key" ON "event"("sequence");

-- CreateIndex
CREATE INDEX "event_actor_sequence_idx" ON "event"("actor", "sequence");

-- CreateIndex
CREATE INDEX "event_consignee_sequence_idx" ON "event"("consignee", "sequence");

-- CreateIndex
CREATE INDEX "entry_lot_previous_idx" ON "entry"("lot", "previous");

-- CreateIndex
CREATE INDEX "entry_lot_word_idx" ON "entry"("lot", "word");

-- CreateIndex
CREATE INDEX "lot_sequence_idx" ON "lot"("sequence");

-- CreateIndex
CREATE INDEX "lot_mpn_idx" ON "lot"("mpn");

-- CreateIndex
CREATE INDEX "lot_lot_number_idx" ON "lot"("lot_number");

-- CreateIndex
CREATE INDEX "lot_holder_idx" ON "lot"("holder");

-- CreateIndex
CREATE INDEX "interest_party_idx" ON "interest"("party");

-- CreateIndex
CREATE UNIQUE INDEX "settlement_event_key" ON "settlement"("event");

-- CreateIndex
CREATE UNIQUE INDEX "settlement_notice_key" ON "settlement"("notice");

-- CreateIndex
CREATE UNIQUE INDEX "settlement_sequence_key" ON "settlement"("sequence");

-- CreateIndex
CREATE INDEX "settlement_state_sequence_idx" ON "settlement"("state", "sequence");

-- CreateIndex
CREATE INDEX "settlement_state_party_sequence_idx" ON "settlement"("state", "party", "sequence");

-- CreateIndex
CREATE INDEX "settlement_block_hash_idx" ON "settlement"("block_hash");

-- CreateIndex
CREATE INDEX "settlement_lot_idx" ON "settlement"("lot");

-- CreateIndex
CREATE INDEX "attempt_sender_nonce_idx" ON "attempt"("sender", "nonce");

-- CreateIndex
CREATE INDEX "carried_settlement_idx" ON "carried"("settlement");

-- CreateIndex
CREATE UNIQUE INDEX "notice_sequence_key" ON "notice"("sequence");

-- CreateIndex
CREATE INDEX "notice_lot_issuer_idx" ON "notice"("lot", "issuer");

-- CreateIndex
CREATE UNIQUE INDEX "block_hash_key" ON "block"("hash");

-- CreateIndex
CREATE INDEX "key_party_idx" ON "key"("party");

-- CreateIndex
CREATE INDEX "registration_party_name_idx" ON "registration"("party", "name");

-- CreateIndex
CREATE INDEX "registration_block_hash_idx" ON "registration"("block_hash");

-- CreateIndex
CREATE INDEX "stored_key_party_purpose_idx" ON "stored_key"("party", "purpose");

-- CreateIndex
CREATE INDEX "api_key_party_idx" ON "api_key"("party");

-- CreateIndex
CREATE INDEX "session_api_key_idx" ON "session"("api_key");

-- CreateIndex
CREATE INDEX "document_owner_uploaded_at_hash_idx" ON "document"("owner", "uploaded_at", "hash");

-- CreateIndex
CREATE INDEX "document_uploaded_at_hash_owner_idx" ON "document"("uploaded_at", "hash", "owner");

-- CreateIndex
CREATE INDEX "grant_granter_created_at_id_idx" ON "grant"("granter", "created_at", "id");

-- CreateIndex
CREATE INDEX "grant_grantee_idx" ON "grant"("grantee");

-- CreateIndex
CREATE INDEX "grant_read_grant_id_idx" ON "grant_read"("grant", "id");

-- CreateIndex
CREATE INDEX "lot_package_id_idx" ON "lot"("package_id");

-- CreateIndex
CREATE INDEX "lot_maker_lot_idx" ON "lot"("maker_lot");

-- CreateIndex
CREATE UNIQUE INDEX "statement_sequence_key" ON "statement"("sequence");

-- CreateIndex
CREATE INDEX "statement_kind_sequence_idx" ON "statement"("kind", "sequence");

-- CreateIndex
CREATE INDEX "statement_issuer_kind_party_idx" ON "statement"("issuer", "kind", "party");

-- CreateIndex
CREATE INDEX "statement_mpn_issuer_idx" ON "statement"("mpn", "issuer");

-- CreateIndex
CREATE UNIQUE INDEX "unlogged_event_key" ON "unlogged"("event");

-- CreateIndex
CREATE UNIQUE INDEX "leaf_event_key" ON "leaf"("event");

-- CreateIndex
CREATE INDEX "attempt_checkpoint_idx" ON "attempt"("checkpoint");

-- CreateIndex
CREATE INDEX "anchoring_block_hash_idx" ON "anchoring"("block_hash");

-- AddForeignKey
ALTER TABLE "entry" ADD CONSTRAINT "entry_event_fkey" FOREIGN KEY ("event") REFERENCES "event"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "interest" ADD CONSTRAINT "interest_lot_fkey" FOREIGN KEY ("lot") REFERENCES "lot"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "settlement" ADD CONSTRAINT "settlement_event_fkey" FOREIGN KEY ("event") REFERENCES "event"("hash") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "settlement" ADD CONSTRAINT "settlement_notice_fkey" FOREIGN KEY ("notice") REFERENCES "notice"("digest") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "carried" ADD CONSTRAINT "carried_attempt_fkey" FOREIGN KEY ("attempt") REFERENCES "attempt"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "carried" ADD CONSTRAINT "carried_settlement_fkey" FOREIGN KEY ("settlement") REFERENCES "settlement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "key" ADD CONSTRAINT "key_party_fkey" FOREIGN KEY ("party") REFERENCES "party"("address") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant_read" ADD CONSTRAINT "grant_read_grant_fkey" FOREIGN KEY ("grant") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unlogged" ADD CONSTRAINT "unlogged_event_fkey" FOREIGN KEY ("event") REFERENCES "event"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leaf" ADD CONSTRAINT "leaf_event_fkey" FOREIGN KEY ("event") REFERENCES "event"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "foreign_leaf" ADD CONSTRAINT "foreign_leaf_event_fkey" FOREIGN KEY ("event") REFERENCES "event"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Two live events cannot follow one word of a lot: the twin of the ledger's own rule.
CREATE UNIQUE INDEX "entry_lot_previous_live" ON "entry"("lot", "previous") WHERE "live";

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

-- The lot that the signed bytes of a notice name, whatever its column says.
CREATE INDEX "notice_signed_lot" ON "notice" ((substring("bytes" from '"lot":"(0x[0-9a-f]{64})"')));

-- The words of a lot's texts, by their beginnings. The cost makes the planner take the index.
CREATE FUNCTION lot_words(words TEXT) RETURNS TSVECTOR
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN array_to_tsvector(array_remove(string_to_array(words, ' '), ''));

CREATE INDEX "lot_words" ON "lot" USING gin (lot_words("text"));

-- A notice is withdrawn once, as on the ledger. (Withdrawals are of kind 3.)
CREATE UNIQUE INDEX "notice_withdraws_live" ON "notice"("withdraws") WHERE "kind" = 3 AND "live";

-- Lots that name the same maker's lot, and lots that withhold theirs, however they are written.
CREATE INDEX "lot_same_maker_lot" ON "lot" (upper(btrim("maker_lot")), "issuer");
CREATE INDEX "lot_without_maker_lot" ON "lot" (upper(btrim("mpn")), "issuer") WHERE "maker_lot" IS NULL;

-- Lot numbers of one issuer that differ in capitals or blanks alone.
CREATE INDEX "lot_plain_number" ON "lot" ("issuer", upper(replace("lot_number", ' ', '')));

-- A statement is withdrawn once. (Withdrawals are of kind 3.)
CREATE UNIQUE INDEX "statement_withdraws_key" ON "statement"("withdraws") WHERE "kind" = 3;

-- Hashes do not get smaller, and a tile is read whole: out of line, as it is.
ALTER TABLE "tile" ALTER COLUMN "hashes" SET STORAGE EXTERNAL;

-- The relayer's open transactions are few, those of all times are many.
CREATE INDEX "attempt_open" ON "attempt" ("sender") WHERE "closed_at" IS NULL;
