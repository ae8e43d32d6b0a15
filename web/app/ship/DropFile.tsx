// Takes a file: dropped, or chosen with the keyboard.
import { Button } from "@mantine/core";
import { type ReactNode, useRef, useState } from "react";

interface Props {
  /** What to drop here. */
  title: string;
  children?: ReactNode;
  isSmall?: boolean;
  onFile(file: File): void;
}

const TYPES = ".csv,.txt,.tsv,.xlsx,text/csv";

export function DropFile({ title, children, isSmall = false, onFile }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  return (
    <div
      className={isSmall ? "drop is-small" : "drop"}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file) onFile(file);
      }}
    >
      <strong>{title}</strong>
      {children}
      <Button variant="default" size="sm" onClick={() => input.current?.click()}>
        Choose a file
      </Button>
      <input
        ref={input}
        type="file"
        accept={TYPES}
        className="visually-hidden"
        tabIndex={-1}
        aria-label={title}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          if (file) onFile(file);
        }}
      />
    </div>
  );
}
