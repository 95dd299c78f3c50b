/// What Linux says of this machine's processor.
public enum Processor {
    /// The instruction sets and properties of the first one, as `/proc/cpuinfo` lists them; empty where it does not.
    public static let flags: Set<String> = {
        guard let text = try? Files.read("/proc/cpuinfo", limit: 1 << 20) else { return [] }
        return flags(in: String(decoding: text, as: UTF8.self))
    }()

    /// Whether this machine is a virtual one, as the processor (x86) or the device tree (ARM) says.
    public static let isVirtual =
        flags.contains("hypervisor") || Files.exists("/proc/device-tree/hypervisor")

    /// The words of the first line of flags.
    static func flags(in text: String) -> Set<String> {
        for line in text.split(separator: "\n") {
            guard line.hasPrefix("flags") || line.hasPrefix("Features"),
                let colon = line.firstIndex(of: ":")
            else { continue }
            let words = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace)
            return Set(words.map(String.init))
        }
        return []
    }
}
