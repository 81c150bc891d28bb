// How Jest runs the specs that `authing-node-sdk` ships. `--rootDir` is a copy
// of the package. Types are not looked at: its specs do not agree with them.

const options = { diagnostics: false, tsconfig: { esModuleInterop: true, isolatedModules: true, target: "es2022" } };

module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/users/*.spec.ts"],
  transform: { "^.+\\.ts$": ["ts-jest", options] },
  reporters: [require.resolve("./spec_reporter.cjs")],
};
