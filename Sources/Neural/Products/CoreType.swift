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
    /// Reads `/proc/cpuinfo`; allocates.
    public static func recommended() -> String? {
        guard getenv(variable) == nil else { return nil }
        return recommended(chosen: BLAS.coreName, processorFlags: processorFlags())
    }

    /// The name to set where OpenBLAS chose the kernels `chosen` on a processor with these flags.
    public static func recommended(chosen: String, processorFlags: Set<String>) -> String? {
        let needed: Set<String> = ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"]
        guard needed.isSubset(of: processorFlags) else { return nil }
        // The 256-bit kernels that the library falls back to.
        let fallbacks = ["haswell", "zen", "sandybridge", "nehalem", "prescott", "core2"]
        return fallbacks.contains(chosen.lowercased()) ? "SKYLAKEX" : nil
    }

    /// The instruction sets of the first processor, as Linux lists them; empty where it does not.
    public static func processorFlags() -> Set<String> {
        guard let file = fopen("/proc/cpuinfo", "r") else { return [] }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 8192)
        while fgets(&line, Int32(line.count), file) != nil {
            let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.hasPrefix("flags") || text.hasPrefix("Features"),
                let colon = text.firstIndex(of: ":")
            else { continue }
            let words = text[text.index(after: colon)...].split(whereSeparator: \.isWhitespace)
            return Set(words.map(String.init))
        }
        return []
    }
}
