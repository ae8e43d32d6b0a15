-- AlterTable
ALTER TABLE "attempt" ADD COLUMN     "checkpoint" BIGINT;

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

-- CreateIndex
CREATE INDEX "attempt_checkpoint_idx" ON "attempt"("checkpoint");

-- CreateIndex
CREATE INDEX "anchoring_block_hash_idx" ON "anchoring"("block_hash");
