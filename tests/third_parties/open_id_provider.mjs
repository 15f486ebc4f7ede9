// An OpenID Connect provider on the npm package `oidc-provider`, certified by the OpenID Foundation.
// node open_id_provider.mjs PORT BACK ACCOUNTS: people by name with their claims, as JSON.
import Provider from "oidc-provider";

const [port, back, accounts] = process.argv.slice(2);
const people = JSON.parse(accounts);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: "tereze",
    client_secret: "opensesame-of-nobody",
    redirect_uris: [back],
    grant_types: ["authorization_code"],
    response_types: ["code"],
  }],
  claims: { openid: ["sub"], profile: ["name", "groups", "region", "office"] },
  findAccount: (_context, name) => ({
    accountId: name,
    claims: () => ({ sub: name, ...people[name] }),
  }),
  // Whoever is called slow has a code that ends at once.
  ttl: { AuthorizationCode: (_context, code) => (code.accountId === "slow" ? 1 : 60) },
  pkce: { required: () => true },
  cookies: { keys: ["a key of nobody"] },
  features: { devInteractions: { enabled: true } },
});
provider.listen(Number(port), "127.0.0.1");
