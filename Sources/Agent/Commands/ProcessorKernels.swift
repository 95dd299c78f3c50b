import Foundation
import Neural
import Platform

/// OpenBLAS on the right kernels; see DESIGN decision 1.
public enum ProcessorKernels {
    private static let variable = "OPENBLAS_CORETYPE"
    private static let mark = "HONE_RESTARTED"

    /// Starts this program again with the right kernels, where the library would choose slow ones.
    ///
    /// Call it first: the library reads the variable while it is loaded, before `main`.
    public static func restartIfNeeded() {
        let environment = ProcessInfo.processInfo.environment
        guard environment[variable] == nil, environment[mark] == nil,
            let wanted = CoreType.recommended(processorFlags: Processor.flags)
        else { return }
        setenv(variable, wanted, 1)
        setenv(mark, "1", 1)
        var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
        execv("/proc/self/exe", &arguments)
        // Not restarted: slower kernels, the same results to rounding.
        unsetenv(variable)
    }

    /// One thread per product: the learner brings its own workers.
    static func prepare() { BLAS.prepare() }
}
