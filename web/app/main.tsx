// Starts the pages: the component library with the house's colours, the data's cache, and the first view.
import "../verify/jitless.ts";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@mantine/core/styles.layer.css";
import "../tokens.css";
import "./app.css";
import { App } from "./App.tsx";
import { queryClient } from "./data/query-client.ts";
import { keepPages } from "./offline/register.ts";
import { THEME } from "./theme.ts";

/** The nonce that lets the library add style elements. Browsers hide it from selectors, not from the property. */
const nonce = () =>
  document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <MantineProvider theme={THEME} defaultColorScheme="auto" getStyleNonce={nonce}>
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

keepPages();
