// Says of each spec how it went, a JSON line each. Jest's own `--json` cannot:
// the errors of axios that specs fail with go round in circles.

class SpecReporter {
  onTestResult(test, { testResults, testExecError }) {
    const say = (line) => process.stdout.write(JSON.stringify({ file: test.path, ...line }) + "\n");
    if (testExecError) {
      say({ name: "", status: "failed", why: [testExecError.message] });
    }
    testResults.forEach(({ fullName: name, status, failureMessages: why }) => say({ name, status, why }));
  }
}

module.exports = SpecReporter;
