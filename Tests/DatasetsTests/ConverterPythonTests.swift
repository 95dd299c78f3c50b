import Foundation
import Testing

@testable import TestSupport

/// Tests of data sets are left out where their packages are not; they must not be left out where they are.
@Suite("The converters' Python")
struct ConverterPythonTests {
    @Test("The Python that launch/test names is found by the tests that need it")
    func named() {
        let named = ProcessInfo.processInfo.environment["HONE_PYTHON"]
        let own = HoneProgram.root + "/.venv-datasets/bin/python"
        #expect(named != own || ConverterPython.path == own)
    }
}
