internal import COpenBLAS
internal import Glibc

/// Which kernels OpenBLAS should use on this machine.
///
/// OpenBLAS 0.3.21 takes AVX-512 processors newer than itself for Haswells. It reads `OPENBLAS_CORETYPE` when the
/// library loads, so the executable asks here first thing, and starts itself again with the variable set.
public enum CoreType {
    /// The environment variable that OpenBLAS reads.
    public static let variable = "OPENBLAS_CORETYPE"

    /// The name to set, or nothing where OpenBLAS chose well or a person has chosen already.
    ///
    /// - Parameter processorFlags: the processor's instruction sets, as Linux lists them.
    public static func recommended(processorFlags: Set<String>) -> String? {
        guard getenv(variable) == nil else { return nil }
        return recommended(chosen: BLAS.coreName, processorFlags: processorFlags)
    }

    /// The name to set where OpenBLAS chose the kernels `chosen` on a processor with these flags.
    public static func recommended(chosen: String, processorFlags: Set<String>) -> String? {
        let needed: Set<String> = ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"]
        guard needed.isSubset(of: processorFlags) else { return nil }
        // The 256-bit kernels that the library falls back to.
        let fallbacks = ["haswell", "zen", "sandybridge", "nehalem", "prescott", "core2"]
        return fallbacks.contains(chosen.lowercased()) ? "SKYLAKEX" : nil
    }
}
