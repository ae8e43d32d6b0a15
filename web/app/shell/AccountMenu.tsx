// Shows who is signed in, and leads to the sample's other people, to colours, to sessions and out.
import { Menu, useMantineColorScheme } from "@mantine/core";
import { useLocation } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import type { SessionView } from "../data/session.ts";
import { rightsOf, useSignOut } from "../data/session.ts";

export function AccountMenu({ session }: { session: SessionView }) {
  const { caller, people } = session;
  const [, navigate] = useLocation();
  const signOut = useSignOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const name = caller.party?.name ?? "Operator";
  const leave = (everywhere: boolean) =>
    signOut.mutate({ everywhere }, { onSuccess: () => navigate(PAGES.home) });
  return (
    <Menu position="bottom-end" width={260} withinPortal={false}>
      <Menu.Target>
        <button type="button" className="account" title={`Signed in for ${name}`}>
          <span className="account-name">{name}</span>
          <span aria-hidden="true">▾</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {caller.party === null ? "This service's operator" : caller.party.roles.join(", ")}
          {`, may ${{ read: "read", write: "read and sign", admin: "read, sign and administer" }[caller.scope]}`}
        </Menu.Label>
        {people.length > 0 && (
          <Menu.Item onClick={() => navigate(PAGES.choose)}>Look as somebody else</Menu.Item>
        )}
        {caller.party !== null && (
          <Menu.Item onClick={() => navigate(PAGES.grants)}>Grants to auditors</Menu.Item>
        )}
        {rightsOf(session).canAdminister && (
          <Menu.Item onClick={() => navigate(PAGES.adminSection.replace(":section", "sessions"))}>
            Signed-in browsers
          </Menu.Item>
        )}
        <Menu.Divider />
        {(["auto", "light", "dark"] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            rightSection={colorScheme === scheme ? <span aria-label="chosen">✓</span> : undefined}
          >
            {{ auto: "Colours as the device", light: "Light", dark: "Dark" }[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component="a" href="/docs">
          API reference
        </Menu.Item>
        <Menu.Item component="a" href="/verify.html">
          Verify a bundle offline
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => leave(false)}>Sign out</Menu.Item>
        <Menu.Item onClick={() => leave(true)}>Sign out in every browser</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
