// Shows the API's description; a file of its own because the page runs no inline script.
globalThis.SwaggerUIBundle({
  url: "/v1/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
