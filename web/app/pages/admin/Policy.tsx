// Shows the policy as sentences with choices: how grave a finding is, and the limits that rules use. Each says what it does.
import { Button, NumberInput, Select, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { type FindingCode, FINDINGS } from "../../../../protocol/verdict/findings.ts";
import type { PolicyDocument } from "../../../../protocol/verdict/policy.ts";
import { type PolicyView, useChange, useOne } from "../../data/admin.ts";
import { Failed, Loading } from "../../parts/States.tsx";

export function Policy() {
  const view = useOne<PolicyView>("/v1/policy");
  return (
    <>
      <h2>Policy</h2>
      <p className="soft">
        How your verdicts are judged. Every verdict shows the policy that it used. A change counts
        for all later verdicts, and for nobody else's.
      </p>
      {view.isPending && <Loading what="the policy" />}
      {view.isError && <Failed error={view.error} onRetry={() => void view.refetch()} />}
      {view.data && <Form key={JSON.stringify(view.data.document)} view={view.data} />}
    </>
  );
}

/** Findings that companies judge in different ways, each as the end of a sentence. */
const CASES: readonly [code: FindingCode, sentence: string][] = [
  ["LABEL_QUANTITY_DIFFERS", "When the quantity on the label differs from the record"],
  ["ORDER_QUANTITY_DIFFERS", "When the quantity differs from the order"],
  ["ORDER_COUNTRY_DIFFERS", "When the country of origin differs from the order"],
  ["DISTRIBUTOR_NOT_AUTHORISED", "When a seller on the way is not authorised for the brand"],
  ["DATE_CODE_OLD", "When the date code is older than you allow"],
  ["DRY_PACK_OLD", "When the dry pack is older than you allow"],
  ["TEMPERATURE_OUTSIDE", "When a logger was too warm or too cold on the way"],
  ["DOCUMENT_NOT_AS_NAMED", "When a document is not the one that an event names"],
];

const CHOICES = [
  { value: "", label: "as usual" },
  { value: "INFO", label: "· mention it only" },
  { value: "WARN", label: "! warn" },
  { value: "INCOMPLETE", label: "? incomplete" },
  { value: "HOLD", label: "‖ hold" },
  { value: "FAIL", label: "✕ fail" },
];

const DAY = 86_400;

interface Limit {
  name: keyof PolicyDocument;
  sentence: string;
  unit: string;
  /** What one unit is, in the policy's own. */
  size: number;
  min: number;
  max: number;
  /** What no number means. Missing: a number is needed. */
  none?: string;
}

const LIMITS: readonly Limit[] = [
  {
    name: "lateAfterSeconds",
    sentence: "An event is late when it was recorded this long after it happened",
    unit: "days",
    size: DAY,
    min: 0,
    max: 3_650,
  },
  {
    name: "maxDateCodeAgeDays",
    sentence: "A date code may be this old",
    unit: "days",
    size: 1,
    min: 0,
    max: 36_500,
    none: "any age",
  },
  {
    name: "maxSealAgeDays",
    sentence: "A dry pack lasts this long after it was sealed",
    unit: "days",
    size: 1,
    min: 0,
    max: 36_500,
  },
  {
    name: "minTemperatureDeciCelsius",
    sentence: "The lowest temperature that a logger may have on the way",
    unit: "°C",
    size: 10,
    min: -200,
    max: 500,
  },
  {
    name: "maxTemperatureDeciCelsius",
    sentence: "The highest temperature that a logger may have on the way",
    unit: "°C",
    size: 10,
    min: -200,
    max: 500,
  },
  {
    name: "maxHumidityPercent",
    sentence: "The highest humidity that a logger may have on the way",
    unit: "%",
    size: 1,
    min: 0,
    max: 100,
  },
  {
    name: "maxOtherScanners",
    sentence: "How many companies that the trail does not name may scan a package",
    unit: "companies",
    size: 1,
    min: 1,
    max: 1_000,
  },
  {
    name: "scanDays",
    sentence: "The time within which such scans count",
    unit: "days",
    size: 1,
    min: 1,
    max: 3_650,
  },
];

function Form({ view: { document, policy, parties } }: { view: PolicyView }) {
  const nameOf = new Map(parties.map(({ address, name }) => [address, name ?? address]));
  const linesOf = (addresses: readonly string[]) =>
    addresses.map((address) => nameOf.get(address) ?? address).join("\n");
  const [severities, setSeverities] = useState<Record<string, string>>(() =>
    Object.fromEntries(Object.entries(policy.severities).map(([code, as]) => [code, as ?? ""])),
  );
  const [limits, setLimits] = useState<Record<string, number | null>>(() =>
    Object.fromEntries(
      LIMITS.map(({ name, size }) => {
        const value = policy[name] as number | null;
        return [name, value === null ? null : value / size];
      }),
    ),
  );
  const [suppliers, setSuppliers] = useState(linesOf(policy.approvedSuppliers));
  const [issuers, setIssuers] = useState(linesOf(policy.alertIssuers));
  const [countries, setCountries] = useState(policy.detourCountries.join(" "));
  const [more, setMore] = useState<string | null>(null);
  const save = useChange<PolicyView>();

  const cases: [string, string][] = [
    ...CASES.map(([code, sentence]): [string, string] => [code, sentence]),
    ...Object.keys(severities)
      .filter((code) => !CASES.some(([known]) => known === code))
      .map((code): [string, string] => [code, `When a verdict finds ${code}`]),
  ];
  const submit = () => {
    const { severities: _old, ...rest } = document;
    const chosen = Object.fromEntries(Object.entries(severities).filter(([, value]) => value));
    const numbers = Object.fromEntries(
      LIMITS.flatMap(({ name, size, none }) => {
        const value = limits[name] ?? null;
        if (value === null && none === undefined) return [];
        const stored = value === null ? null : Math.round(value * size);
        return stored === policy[name] ? [] : [[name, stored]];
      }),
    );
    const lines = (text: string) => text.split("\n").flatMap((line) => line.trim() || []);
    save.mutate({
      method: "POST",
      path: "/v1/policy",
      body: {
        ...rest,
        ...numbers,
        ...(Object.keys(chosen).length > 0 && { severities: chosen }),
        approvedSuppliers: lines(suppliers),
        alertIssuers: lines(issuers),
        detourCountries: countries
          .toUpperCase()
          .split(/[\s,]+/)
          .filter(Boolean),
        // Parties are sent as they are stored.
        ...(document.brands && { brands: document.brands }),
      },
    });
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <section className="card" aria-labelledby="policy-findings">
        <h3 id="policy-findings">How grave is it</h3>
        <div className="admin-settings">
          {cases.map(([code, sentence]) => (
            <Setting
              key={code}
              sentence={sentence}
              about={`Usually ${FINDINGS.get(code)?.verdict ?? "as the rule says"} (${code}).`}
            >
              <Select
                aria-label={sentence}
                data={CHOICES}
                value={severities[code] ?? ""}
                allowDeselect={false}
                onChange={(value) => setSeverities({ ...severities, [code]: value ?? "" })}
              />
            </Setting>
          ))}
          <Setting sentence="Another finding" about="Every reason that a verdict can have.">
            <Select
              aria-label="Another finding"
              data={[...FINDINGS.keys()].filter((code) => !cases.some(([one]) => one === code))}
              value={more}
              placeholder="choose one"
              searchable
              onChange={(code) => {
                if (code !== null) setSeverities({ ...severities, [code]: "" });
                setMore(null);
              }}
            />
          </Setting>
        </div>
      </section>
      <section className="card" aria-labelledby="policy-limits">
        <h3 id="policy-limits">Limits</h3>
        <div className="admin-settings">
          {LIMITS.map(({ name, sentence, unit, min, max, none }) => (
            <Setting key={name} sentence={sentence} about={none && `Empty: ${none}.`}>
              <NumberInput
                aria-label={sentence}
                suffix={` ${unit}`}
                value={limits[name] ?? ""}
                min={min}
                max={max}
                onChange={(value) =>
                  setLimits({ ...limits, [name]: typeof value === "number" ? value : null })
                }
              />
            </Setting>
          ))}
        </div>
      </section>
      <section className="card" aria-labelledby="policy-lists">
        <h3 id="policy-lists">Lists</h3>
        <div className="admin-settings">
          <Textarea
            label="Suppliers that you have approved yourself"
            description="One on each line, by name or address. They count as authorised for every brand."
            autosize
            minRows={2}
            value={suppliers}
            onChange={(event) => setSuppliers(event.currentTarget.value)}
          />
          <Textarea
            label="Whose alerts count for you"
            description="One on each line. Your own and those of a lot's manufacturer count anyway."
            autosize
            minRows={2}
            value={issuers}
            onChange={(event) => setIssuers(event.currentTarget.value)}
          />
          <Textarea
            label="Countries that shipments should avoid"
            description="Codes of two letters, such as RU KP."
            autosize
            minRows={1}
            value={countries}
            onChange={(event) => setCountries(event.currentTarget.value)}
          />
          <p className="soft small">
            {policy.catalogue.length} parts in your catalogue, {Object.keys(policy.brands).length}{" "}
            brands. <code>reelproof policy set</code> sets them from a file.
          </p>
        </div>
      </section>
      <div className="admin-save">
        {save.isError && <Failed error={save.error} />}
        {save.isSuccess && (
          <p role="status" className="tone-text-PASS">
            ✓ Saved. It counts from now on.
          </p>
        )}
        <Button type="submit" loading={save.isPending}>
          Save the policy
        </Button>
      </div>
    </form>
  );
}

function Setting(props: { sentence: string; about?: string | undefined; children: ReactNode }) {
  return (
    <div className="admin-setting">
      <div>
        {props.sentence}
        {props.about !== undefined && <span className="soft small block">{props.about}</span>}
      </div>
      {props.children}
    </div>
  );
}
