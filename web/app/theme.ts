// Gives the component library the house's type, corners and accent. The colours themselves are in ../tokens.css.
import { Button, createTheme } from "@mantine/core";

/** The library wants ten shades of an accent. All are the one token, which is light or dark by itself. */
const ACCENT = Array.from({ length: 10 }, () => "var(--accent)") as unknown as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

export const THEME = createTheme({
  fontFamily: "var(--sans)",
  fontFamilyMonospace: "var(--mono)",
  headings: { fontFamily: "var(--sans)", fontWeight: "650" },
  defaultRadius: 8,
  cursorType: "pointer",
  respectReducedMotion: true,
  colors: { accent: ACCENT },
  primaryColor: "accent",
  // Without it a button of the usual kind has no attribute that app.css could go by.
  components: { Button: Button.extend({ defaultProps: { variant: "filled" } }) },
});
