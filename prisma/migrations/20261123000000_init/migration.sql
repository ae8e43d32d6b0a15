-- CreateEnum
CREATE TYPE "SettlementState" AS ENUM ('queued', 'signed', 'mined', 'final', 'held', 'void');

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
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "lot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "interest" (
    "lot" TEXT NOT NULL,
    "party" TEXT NOT NULL,

    CONSTRAINT "interest_pkey" PRIMARY KEY ("lot","party")
);

-- CreateTable
CREATE TABLE "settlement" (
    "id" TEXT NOT NULL,
    "event" TEXT,
    "notice" TEXT,
    "sequence" BIGSERIAL NOT NULL,
    "state" "SettlementState" NOT NULL DEFAULT 'queued',
    "block" INTEGER,
    "block_hash" TEXT,
    "transaction" TEXT,
    "log_index" INTEGER,
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

    CONSTRAINT "notice_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "block" (
    "number" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "parent" TEXT NOT NULL,
    "time" BIGINT NOT NULL,

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

-- CreateIndex
CREATE UNIQUE INDEX "event_sequence_key" ON "event"("sequence");

-- CreateIndex
CREATE INDEX "event_actor_sequence_idx" ON "event"("actor", "sequence");

-- CreateIndex
CREATE INDEX "event_consignee_sequence_idx" ON "event"("consignee", "sequence");

-- CreateIndex
CREATE INDEX "entry_lot_live_idx" ON "entry"("lot", "live");

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
CREATE INDEX "settlement_block_hash_idx" ON "settlement"("block_hash");

-- CreateIndex
CREATE INDEX "attempt_sender_nonce_idx" ON "attempt"("sender", "nonce");

-- CreateIndex
CREATE INDEX "carried_settlement_idx" ON "carried"("settlement");

-- CreateIndex
CREATE UNIQUE INDEX "notice_sequence_key" ON "notice"("sequence");

-- CreateIndex
CREATE INDEX "notice_lot_idx" ON "notice"("lot");

-- CreateIndex
CREATE UNIQUE INDEX "block_hash_key" ON "block"("hash");

-- CreateIndex
CREATE INDEX "key_party_idx" ON "key"("party");

-- CreateIndex
CREATE INDEX "registration_party_idx" ON "registration"("party");

-- CreateIndex
CREATE INDEX "registration_block_hash_idx" ON "registration"("block_hash");

-- CreateIndex
CREATE INDEX "stored_key_party_purpose_idx" ON "stored_key"("party", "purpose");

-- CreateIndex
CREATE INDEX "api_key_party_idx" ON "api_key"("party");

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

-- Two live events cannot follow one word of a lot: the twin of the ledger's own rule.
CREATE UNIQUE INDEX "entry_lot_previous_live" ON "entry"("lot", "previous") WHERE "live";
