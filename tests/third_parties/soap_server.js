// A SOAP service on the npm package `soap`: node soap_server.js WSDL PORT
// It answers by the WSDL; what it was asked stands at /asked.
const fs = require("fs");
const http = require("http");
const soap = require("soap");

const [, , wsdl, port] = process.argv;
const asked = [];
const known = new Map();

const service = {
  ResidenceService: {
    ResidencePort: {
      RegisterResidence(args) {
        asked.push({ operation: "RegisterResidence", ...args });
        if (args.address === "nowhere") {
          return { state: "refused", reason: "There is no such address", grounds: "rule 4" };
        }
        const registrationId = `N-${known.size + 1}`;
        known.set(args.key, registrationId);
        return { state: "registered", registrationId };
      },
      GetRegistration(args) {
        const registrationId = known.get(args.key);
        return registrationId ? { state: "registered", registrationId } : { state: "absent" };
      },
      CancelRegistration(args) {
        asked.push({ operation: "CancelRegistration", ...args });
        return { state: "cancelled" };
      },
    },
  },
};

const server = http.createServer((request, response) => {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(asked));
});
server.listen(Number(port), "127.0.0.1", () => {
  soap.listen(server, "/residence", service, fs.readFileSync(wsdl, "utf8"), () => {
    console.log("ready");
  });
});
