/// Processor time that this machine was owed and did not get, because it is a virtual one and its host gave it to others.
public enum StolenTime {
    /// Of all cores since the machine started, s; nil where the kernel does not say.
    ///
    /// Some ten microseconds and an allocation: not for a tick.
    public static var seconds: Double? {
        guard let text = try? Files.read("/proc/stat", limit: 1 << 20) else { return nil }
        return seconds(in: String(decoding: text.prefix(256), as: UTF8.self))
    }

    /// The eighth number of the first line, in hundredths of a second (`proc_stat(5)`).
    static func seconds(in text: String) -> Double? {
        let words = text.prefix { $0 != "\n" }.split(separator: " ")
        guard words.count > 8, words[0] == "cpu", let ticks = Double(words[8]) else { return nil }
        return ticks / 100
    }
}
