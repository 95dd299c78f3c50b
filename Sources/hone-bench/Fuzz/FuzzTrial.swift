import CAllocations
import Foundation

/// One input through one parser, and what that may cost.
enum FuzzTrial {
    /// Reads an input; ends the process when memory in use rose by more than four times its size and 1 MiB.
    static func run(_ target: FuzzTarget, _ bytes: UnsafeRawBufferPointer) {
        let before = hone_thread_live_bytes()
        hone_thread_forget_peak()
        target.read(bytes)
        let most = hone_thread_peak_bytes() - before
        let limit = Int64(4 * bytes.count + 1 << 20)
        guard most > limit else { return }
        let input = Data(bytes).base64EncodedString()
        print("\(target): \(most) bytes in use for an input of \(bytes.count), in base64: \(input)")
        abort()
    }

    /// The same of an array.
    static func run(_ target: FuzzTarget, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { run(target, $0) }
    }
}
