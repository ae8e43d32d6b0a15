-- AlterEnum
ALTER TYPE "SettlementState" ADD VALUE 'logged';

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

-- AddForeignKey
ALTER TABLE "foreign_leaf" ADD CONSTRAINT "foreign_leaf_event_fkey" FOREIGN KEY ("event") REFERENCES "event"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;
