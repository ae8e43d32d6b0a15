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
    "accepted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "statement_pkey" PRIMARY KEY ("digest")
);

-- CreateIndex
CREATE UNIQUE INDEX "statement_sequence_key" ON "statement"("sequence");

-- CreateIndex
CREATE INDEX "statement_kind_sequence_idx" ON "statement"("kind", "sequence");

-- CreateIndex
CREATE INDEX "statement_issuer_kind_party_idx" ON "statement"("issuer", "kind", "party");

-- CreateIndex
CREATE INDEX "statement_mpn_issuer_idx" ON "statement"("mpn", "issuer");

-- A statement is withdrawn once. (Withdrawals are of kind 3.)
CREATE UNIQUE INDEX "statement_withdraws_key" ON "statement"("withdraws") WHERE "kind" = 3;
