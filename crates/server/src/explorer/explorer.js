// Swagger UI on our document, and a token for it from an access key.
"use strict";

const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#explorer",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  // Nothing is kept, and nobody else is asked.
  persistAuthorization: false,
  validatorUrl: null,
});

const outcome = document.getElementById("outcome");

document.getElementById("key").addEventListener("submit", async (event) => {
  event.preventDefault();
  outcome.textContent = "…";
  const secret = document.getElementById("access-key-secret");
  try {
    const response = await fetch("/api/v3/get-management-token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      credentials: "omit",
      body: JSON.stringify({
        accessKeyId: document.getElementById("access-key-id").value.trim(),
        accessKeySecret: secret.value.trim(),
      }),
    });
    const answer = await response.json();
    if (answer.statusCode !== 200) {
      outcome.textContent = `No token: ${answer.message} (${answer.statusCode})`;
      return;
    }
    ui.preauthorizeApiKey("management", answer.data.access_token);
    secret.value = "";
    const minutes = Math.floor(answer.data.expires_in / 60);
    outcome.textContent = `Calls are made with this key for the next ${minutes} minutes.`;
  } catch (error) {
    outcome.textContent = `No token: ${error.message}`;
  }
});
