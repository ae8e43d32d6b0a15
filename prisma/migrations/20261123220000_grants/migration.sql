-- AlterTable
ALTER TABLE "event" ADD COLUMN "restricted" TEXT;

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
    "names" BOOLEAN NOT NULL,
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

-- CreateIndex
CREATE INDEX "grant_granter_created_at_id_idx" ON "grant"("granter", "created_at", "id");

-- CreateIndex
CREATE INDEX "grant_grantee_idx" ON "grant"("grantee");

-- CreateIndex
CREATE INDEX "grant_read_grant_id_idx" ON "grant_read"("grant", "id");

-- AddForeignKey
ALTER TABLE "grant_read" ADD CONSTRAINT "grant_read_grant_fkey" FOREIGN KEY ("grant") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Who has handed lots to whom: they see each other's names.
CREATE INDEX "event_handovers" ON "event" ("actor", "consignee") WHERE "action" = 3;
