// Registers lots from a file: drop it, check how it was read, mend what is wrong, sign, then ship or print labels.
import { Button, Checkbox, Select } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import { type OriginAction, originActions, type RowFault } from "../../../packing/list.ts";
import type { ReadList } from "../../../packing/read.ts";
import { useParties } from "../data/parties.ts";
import { rightsOf, type SessionView } from "../data/session.ts";
import { Empty } from "../parts/States.tsx";
import { saveText } from "../save.ts";
import { useDraft } from "../ship/draft.ts";
import { DropFile } from "../ship/DropFile.tsx";
import { FaultyRows } from "../ship/FaultyRows.tsx";
import { FineRows } from "../ship/FineRows.tsx";
import { Mapping } from "../ship/Mapping.tsx";
import { Progress } from "../ship/Progress.tsx";
import { Register } from "../ship/Register.tsx";
import { useList } from "../ship/use-list.ts";
import { count, pieces } from "../../verify/words.ts";
import "../ship/ship.css";

const EXAMPLE =
  "manufacturer,mpn,lot_code,date_code,quantity,country_of_origin,msl,package_id\r\n" +
  "Example Semiconductor,EX-100,L7001,2614,3000,DE,1,REEL-0001\r\n";

export default function ShipFile({ session }: { session: SessionView }) {
  const { canAct, roles } = rightsOf(session);
  const actions = originActions(roles);
  if (!canAct || actions.length === 0)
    return (
      <Empty title="Register lots from a file">
        {canAct
          ? "Your company has no role that may register lots. The ledger's owner can add one."
          : "Your key may only read, or belongs to the operator. Your company's administrator can give you one of scope write."}
      </Empty>
    );
  return (
    <>
      <p className="small crumbs">
        <Link href={PAGES.ship}>Ship</Link>
      </p>
      <h1>Register lots from a file</h1>
      <Steps session={session} actions={actions} />
    </>
  );
}

interface StepsProps {
  session: SessionView;
  actions: readonly OriginAction[];
}

function Steps({ session, actions }: StepsProps) {
  const [action, setAction] = useState<OriginAction>(actions[0]!);
  const { add } = useDraft(session.caller.id);
  const list = useList(session.caller.id, action);
  const [isRegistered, setRegistered] = useState(false);
  const [later, setLater] = useState<{ of: ReadList; faults: RowFault[]; doubts: RowFault[] }>();
  const [accepted, setAccepted] = useState<ReadList>();
  const { file, list: read } = list;
  if (!file)
    return (
      <>
        <DropFile
          title="Drop a packing list here: CSV or Excel"
          onFile={(chosen) => void list.open(chosen)}
        >
          <p className="soft">
            Each row is one package: a reel, a tray, a bag. It needs the manufacturer, its part
            number, the pieces and the number of the package. Titles may be in your partner's words.
          </p>
        </DropFile>
        {list.error instanceof Error && (
          <div className="notice tone-FAIL" role="alert">
            <p>
              <strong>✕ The file cannot be read.</strong> {list.error.message}
            </p>
          </div>
        )}
        <Button
          variant="subtle"
          size="sm"
          mt="sm"
          onClick={() => saveText("packing-list.csv", "text/csv", EXAMPLE)}
        >
          Save an example
        </Button>
      </>
    );
  const found = read && later?.of === read ? later : { faults: [], doubts: [] };
  const isRow = ({ line }: RowFault) => line !== read?.headerLine;
  const faults = [...(read?.faults ?? []).filter(isRow), ...found.faults];
  const doubts = [...(read?.doubts ?? []), ...found.doubts];
  const isHeaderRight = read !== undefined && read.faults.every(isRow) && read.layout !== undefined;
  const acceptsDoubts = accepted !== undefined && accepted === read;
  const isRight =
    list.isFresh && isHeaderRight && faults.length === 0 && (doubts.length === 0 || acceptsDoubts);
  return (
    <>
      <section className="card file" aria-labelledby="file">
        <div className="page-head">
          <h2 id="file">
            {file.name} <span className="soft">· {count(file.rows.length, "row")}</span>
          </h2>
          <Button
            variant="default"
            size="sm"
            onClick={() => {
              setRegistered(false);
              list.close();
            }}
          >
            Another file
          </Button>
        </div>
        {!isRegistered && (
          <Settings list={list} actions={actions} action={action} onAction={setAction} />
        )}
        {read && !isRegistered && (
          <Mapping file={file} list={read} action={action} onChoose={list.chooseColumn} />
        )}
        {list.progress && <Progress what="rows read" {...list.progress} onStop={list.close} />}
      </section>
      {read && isHeaderRight && !isRegistered && (
        <section className="card" aria-labelledby="rows">
          <h2 id="rows">{headline(faults.length, doubts.length, acceptsDoubts)}</h2>
          <FaultyRows
            file={file}
            list={read}
            faults={faults}
            doubts={(acceptsDoubts ? [] : doubts).filter(isRow)}
            onMend={list.mend}
            onLeaveOut={list.leaveOut}
          />
          {doubts.length > 0 && faults.length === 0 && (
            <Checkbox
              mt="md"
              label={`Keep the ${count(doubts.length, "doubtful cell")} as they are`}
              checked={acceptsDoubts}
              onChange={(event) => setAccepted(event.currentTarget.checked ? read : undefined)}
            />
          )}
          <FineRows list={read} faults={[...faults, ...(acceptsDoubts ? [] : doubts)]} />
        </section>
      )}
      {read && isHeaderRight && (
        <section className={isRegistered ? "next" : "card next"} aria-label="Register">
          {!isRegistered && <p className="sum">{sumOf(read, file.rows.length)}</p>}
          <Register
            list={read}
            party={{ address: session.caller.party!.address, name: session.caller.party!.name }}
            action={action}
            isReady={isRight}
            acceptsDoubts={acceptsDoubts}
            onCompared={({ faults: more, doubts: others }) =>
              setLater({ of: read, faults: more, doubts: others })
            }
            onShip={add}
            onRegistered={() => setRegistered(true)}
          />
        </section>
      )}
    </>
  );
}

function headline(faults: number, doubts: number, acceptsDoubts: boolean): string {
  if (faults > 0)
    return `✕ ${count(faults, "cell")} to mend${doubts > 0 ? `, ${pieces(doubts)} to look at` : ""}`;
  if (doubts > 0 && !acceptsDoubts) return `! ${count(doubts, "cell")} to look at`;
  return "✓ Every row can be registered";
}

/** @param all the rows of the file */
function sumOf({ rows }: ReadList, all: number): string {
  const parts = new Set(rows.map(({ details }) => details.mpn)).size;
  const total = rows.reduce((sum, { quantity }) => sum + quantity, 0);
  return `${count(rows.length, "lot")}, ${count(total, "piece")}, ${count(parts, "part")}${all > rows.length ? `; ${pieces(all - rows.length)} more need your look` : ""}`;
}

interface SettingsProps {
  list: ReturnType<typeof useList>;
  actions: readonly OriginAction[];
  action: OriginAction;
  onAction(action: OriginAction): void;
}

function Settings({ list, actions, action, onAction }: SettingsProps) {
  const parties = useParties();
  const { file, partner } = list;
  return (
    <div className="fields">
      <Select
        label="Whose form of list is it?"
        description="Columns that you match are remembered for it."
        searchable
        data={[
          { value: "", label: "Our own" },
          ...(parties.data ?? []).map(({ address, name }) => ({ value: address, label: name })),
        ]}
        value={partner}
        allowDeselect={false}
        onChange={(value) => list.choosePartner(value ?? "")}
      />
      {file && file.sheets.length > 1 && (
        <Select
          label="Sheet"
          data={file.sheets.map(({ name }, i) => ({ value: String(i), label: name }))}
          value={String(file.sheet)}
          allowDeselect={false}
          onChange={(value) => list.chooseSheet(Number(value))}
        />
      )}
      {actions.length > 1 && (
        <Select
          label="Whose goods are they?"
          data={[
            { value: "commission", label: "Our own products" },
            { value: "introduce", label: "Goods that we got from elsewhere" },
          ]}
          value={action}
          allowDeselect={false}
          onChange={(value) => onAction(value as OriginAction)}
        />
      )}
    </div>
  );
}
