/// Whether this machine is a virtual one.
public enum Hypervisor {
    /// As the processor (x86) or the device tree (ARM) says.
    public static let isPresent: Bool = {
        if Files.exists("/proc/device-tree/hypervisor") { return true }
        guard let text = try? Files.read("/proc/cpuinfo", limit: 1 << 20) else { return false }
        return isNamed(in: String(decoding: text, as: UTF8.self))
    }()

    /// Whether a line of flags has the word.
    static func isNamed(in text: String) -> Bool {
        text.split(separator: "\n").contains { line in
            line.hasPrefix("flags") && line.split(separator: " ").contains("hypervisor")
        }
    }
}
