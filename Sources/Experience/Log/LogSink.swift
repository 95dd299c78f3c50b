import Platform

/// Where a log's bytes go: a file, or in tests a disk that fails at will.
///
/// One thread at a time. After any of these throws, the sink is not used again.
public protocol LogSink: AnyObject {
    /// What messages call it.
    var path: String { get }
    /// Appends all of `bytes` or throws.
    func append(_ bytes: UnsafeRawBufferPointer) throws(LogError)
    /// Returns once everything appended is on the disk.
    func makeDurable() throws(LogError)
    /// Gives the file back; further calls throw `.closed`.
    func close() throws(LogError)
}
