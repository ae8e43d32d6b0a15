// Shows a list of administrators: its rows, its next page, and what stands in their place while there are none.
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { PagedList } from "../../data/admin.ts";
import { Failed, Loading } from "../../parts/States.tsx";

interface Props<T> {
  /** What it lists, for screen readers. */
  what: string;
  list: PagedList<T>;
  /** What an empty list would hold. */
  empty: string;
  /** The columns. An empty one is for buttons. */
  columns: readonly string[];
  keyOf(item: T): string;
  /** One cell for each column. */
  cells(item: T): ReactNode[];
}

export function Table<T>({ what, list, empty, columns, keyOf, cells }: Props<T>) {
  if (list.isPending) return <Loading what={what} />;
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const items = list.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <p className="soft admin-empty">{empty}</p>;
  return (
    <>
      <table className="list">
        <caption className="visually-hidden">{what}</caption>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name === "" ? <span className="visually-hidden">Act</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              {cells(item).map((cell, i) =>
                i === 0 ? (
                  <th key={i} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={i} data-title={columns[i]}>
                    <span>{cell}</span>
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {list.hasNextPage && (
        <p className="list-foot">
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Show more
          </Button>
        </p>
      )}
    </>
  );
}
