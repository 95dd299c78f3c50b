import Platform

/// A place in a session's logs: everything before it was durable when it was noted.
public struct LogPosition: Sendable, Equatable, Codable {
    /// Number of the log part, from 1; 0 for the start of the session.
    public var part: Int
    /// Bytes of that part; the parts before it count whole.
    public var byteCount: UInt64

    /// The place behind `byteCount` bytes of a part.
    public init(part: Int, byteCount: UInt64) {
        self.part = part
        self.byteCount = byteCount
    }

    /// Before the first record.
    public static let start = LogPosition(part: 0, byteCount: 0)
}

extension SessionLog {
    /// Where the rest of a log goes that does not count: a resumed session lives it once more, or its disk failed there
    /// and the next part has it.
    public static let superseded = "superseded"

    /// Whether a resumed session has taken the end off a log.
    static func wasCut(_ path: String) -> Bool {
        guard let slash = path.lastIndex(of: "/") else { return false }
        let folder = String(path[..<slash])
        guard let part = (try? parts(in: folder))?.first(where: { $0.path == path })?.part else {
            return false
        }
        return Files.exists("\(folder)/\(superseded)/part-\(part)-cut-1.mcap")
    }

    /// Takes everything behind a position out of the parts before number `next`.
    ///
    /// Nothing is lost: what is cut off is kept, with the log it was cut from, in `superseded/`.
    /// May be interrupted at any point and done again. Not while anybody writes these parts.
    public static func cut(
        in directory: String, behind position: LogPosition, before next: Int
    ) throws(LogError) {
        let kept = "\(directory)/\(superseded)"
        for log in try parts(in: directory) where log.part < next {
            let keeps =
                log.part < position.part
                ? UInt64(log.byteCount)
                : log.part == position.part ? position.byteCount : 0
            guard UInt64(log.byteCount) > keeps || log.byteCount == 0 else { continue }
            do throws(PlatformError) {
                if log.byteCount == 0 {
                    try Files.remove(log.path)
                    continue
                }
                try Files.makeOwnDirectory(kept)
                // A name that no earlier cut has taken.
                let copy = Files.firstFree { "\(kept)/part-\(log.part)-cut-\($0).mcap" }
                if keeps == 0 {
                    try Files.move(log.path, to: copy)
                } else {
                    try Files.replace(copy, withFirst: log.byteCount, of: log.path)
                    try Files.replace(log.path, withFirst: Int(keeps), of: log.path)
                }
            } catch { throw .cannotWrite(error) }
        }
    }
}
