-- Sign-in with a wallet and with a company account; the log of operations.
ALTER TABLE "session" ALTER COLUMN "api_key" DROP NOT NULL,
ADD COLUMN "wallet" TEXT,
ADD COLUMN "account" TEXT,
ADD COLUMN "member" TEXT,
ADD COLUMN "party" TEXT,
ADD COLUMN "scope" "Scope",
ADD COLUMN "name" TEXT NOT NULL DEFAULT '';

CREATE INDEX "session_wallet_idx" ON "session"("wallet");
CREATE INDEX "session_account_idx" ON "session"("account");

CREATE TABLE "member" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "party" TEXT,
    "scope" "Scope" NOT NULL,
    "subject" TEXT,
    "made_at" BIGINT NOT NULL,
    "used_at" BIGINT,
    "ended_at" BIGINT,

    CONSTRAINT "member_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "member_email_idx" ON "member"("email");
-- One standing line for an address.
CREATE UNIQUE INDEX "member_standing" ON "member"("email") WHERE "ended_at" IS NULL;

CREATE TABLE "used_nonce" (
    "nonce" TEXT NOT NULL,
    "until" BIGINT NOT NULL,

    CONSTRAINT "used_nonce_pkey" PRIMARY KEY ("nonce")
);

CREATE INDEX "used_nonce_until_idx" ON "used_nonce"("until");

CREATE TABLE "operation" (
    "id" BIGSERIAL NOT NULL,
    "at" BIGINT NOT NULL,
    "party" TEXT,
    "by_party" TEXT,
    "by" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "about" TEXT NOT NULL,

    CONSTRAINT "operation_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "operation_party_id_idx" ON "operation"("party", "id");
