import Platform

/// How a log's chunks are stored, found out without reading them.
enum MCAPForm {
    /// The compressions of the format that Hone does not read.
    private static let compressions = ["zstd", "lz4"]
    /// Times, size, checksum and the length of the compression's name, in front of it.
    private static let fieldsBytes = 32

    /// How chunks of a log are compressed; nil where none is, or where it is no log that far.
    ///
    /// Looks at the frames of records alone, up to the first that is out of form.
    static func compression(of window: LogWindow) throws(LogError) -> String? {
        let scan = MCAPScan(window)
        guard try scan.begins(with: MCAPFormat.magic, at: 0) else { return nil }
        var at = MCAPFormat.magic.count
        while let record = try scan.record(at: at) {
            switch MCAPFormat.Opcode(rawValue: record.opcode) {
            case .chunk:
                let head = record.body.prefix(fieldsBytes + 4)
                if let name = compression(of: try window.look(at: head)) { return name }
            case .dataEnd: return nil
            default: break
            }
            at = record.end
        }
        return nil
    }

    /// The compression that a chunk names, where it is one of the format's.
    private static func compression(of head: UnsafeRawBufferPointer) -> String? {
        guard head.count == fieldsBytes + 4 else { return nil }
        let count = Int(head[fieldsBytes - 4])
        guard count <= 4 else { return nil }
        let name = String(decoding: head[fieldsBytes..<(fieldsBytes + count)], as: UTF8.self)
        return compressions.contains(name) ? name : nil
    }
}
