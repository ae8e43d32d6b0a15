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

-- CreateIndex
CREATE UNIQUE INDEX "unlogged_event_key" ON "unlogged"("event");

-- CreateIndex
CREATE UNIQUE INDEX "leaf_event_key" ON "leaf"("event");

-- AddForeignKey
ALTER TABLE "unlogged" ADD CONSTRAINT "unlogged_event_fkey" FOREIGN KEY ("event") REFERENCES "event"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leaf" ADD CONSTRAINT "leaf_event_fkey" FOREIGN KEY ("event") REFERENCES "event"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Hashes do not get smaller, and a tile is read whole: out of line, as it is.
ALTER TABLE "tile" ALTER COLUMN "hashes" SET STORAGE EXTERNAL;

-- What was accepted before there was a log enters it first, in the order of acceptance.
INSERT INTO "unlogged" ("sequence", "event")
SELECT "sequence", "hash" FROM "event" WHERE "accepted_at" IS NOT NULL;
