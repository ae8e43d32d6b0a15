// Prints the labels of a shipment or of lots into one file: for a roll, for sheets, or for a label printer, in exact millimetres.
import { Button, NumberInput, Select } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { fetchFile } from "../data/client.ts";
import { Failed } from "../parts/States.tsx";
import { saveBlob } from "../save.ts";
import { count } from "../../verify/words.ts";
import { MEDIA, mediaBody } from "./media.ts";

interface Props {
  /** The shipment whose lots get labels, with the customer's part number and order. */
  shipment?: string;
  /** How many lots there are, or which. */
  lots: number | readonly string[];
}

/** Lots of one file: as many as the service prints at once. */
const MOST_LOTS = 500;

export function LabelPrint({ shipment, lots }: Props) {
  const [media, setMedia] = useState<string>(MEDIA[0]!.value);
  const [start, setStart] = useState(1);
  const [copies, setCopies] = useState(1);
  const [part, setPart] = useState(0);
  const number = typeof lots === "number" ? lots : lots.length;
  const parts = Math.max(1, Math.ceil(number / MOST_LOTS));
  const isSheet = MEDIA.find(({ value }) => value === media)?.sheet !== undefined;
  const print = useMutation({
    async mutationFn() {
      const chosen =
        typeof lots === "number" ? undefined : lots.slice(part * MOST_LOTS, (part + 1) * MOST_LOTS);
      const { format, ...body } = mediaBody(media, { start, copies });
      const file = await fetchFile("/v1/labels", {
        ...(chosen && { lots: chosen }),
        ...(shipment !== undefined && { shipment }),
        format,
        ...body,
      });
      saveBlob(`labels${parts > 1 ? `-${part + 1}` : ""}.${format}`, file);
    },
  });
  return (
    <section className="card" aria-labelledby="labels">
      <h2 id="labels">Labels</h2>
      <p className="soft small">
        {count(number, "label")}. Print at 100 %, without fitting to the page: the millimetres are
        exact.
      </p>
      <div className="fields">
        <Select
          label="Paper"
          data={MEDIA.map(({ value, label }) => ({ value, label }))}
          value={media}
          allowDeselect={false}
          onChange={(value) => setMedia(value ?? media)}
        />
        {isSheet && (
          <NumberInput
            label="First free label on the sheet"
            min={1}
            max={1600}
            allowDecimal={false}
            value={start}
            onChange={(value) => setStart(Number(value) || 1)}
          />
        )}
        <NumberInput
          label="Copies of each"
          min={1}
          max={99}
          allowDecimal={false}
          value={copies}
          onChange={(value) => setCopies(Number(value) || 1)}
        />
        {parts > 1 && (
          <Select
            label="Part"
            data={Array.from({ length: parts }, (_, i) => ({
              value: String(i),
              label: `Lots ${i * MOST_LOTS + 1} to ${Math.min(number, (i + 1) * MOST_LOTS)}`,
            }))}
            value={String(part)}
            allowDeselect={false}
            onChange={(value) => setPart(Number(value))}
          />
        )}
      </div>
      {print.isError && <Failed error={print.error} />}
      <div className="buttons">
        <Button variant="default" loading={print.isPending} onClick={() => print.mutate()}>
          Save labels
        </Button>
        <span role="status" className="small">
          {print.isSuccess && "✓ Saved. Open the file and print it."}
        </span>
      </div>
    </section>
  );
}
