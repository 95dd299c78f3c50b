internal import Glibc
internal import Synchronization

/// Standard output and standard error: the one place that writes to them.
///
/// Every byte arrives, or it is known that it did not: a stream that does not take more at the moment is waited for,
/// whether it blocks or not. Any thread but the tick's; a text at a time, in one piece where the system can.
public enum StandardStream: Int32, Sendable {
    /// What a program was asked for.
    case output = 1
    /// What it says besides.
    case errors = 2

    /// Takes the numbers 0, 1 and 2 where they are closed, so that no file that is opened later is one of the streams.
    ///
    /// They stay of no use, as a closed stream is: reading the one and writing to the others fails. The first thing
    /// that a program does, before there are threads.
    public static func reserveNumbers() {
        for (number, contrary) in [(0, O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)]
        where fcntl(Int32(number), F_GETFD) == -1 {
            // The lowest number that is free is this one.
            _ = open("/dev/null", contrary)
        }
    }

    /// The first reason for which standard output did not take what it was given; 0 while it took all.
    private static let failed = Atomic<Int32>(0)

    /// Why standard output lacks something, as an error that ends the program with 74; nil while it has everything.
    ///
    /// A reader that has gone away wanted no more: that is no failure.
    public static var failure: OutputError? {
        let code = failed.load(ordering: .relaxed)
        return code == 0 ? nil : OutputError(code: code)
    }

    /// Writes all of a text; what cannot be written is told by `failure`, and nothing follows it.
    ///
    /// Of standard error nobody could be told.
    public func write(_ text: String) {
        if self == .output, Self.failed.load(ordering: .relaxed) != 0 { return }
        var text = text
        let error = text.withUTF8 { Self.write(UnsafeRawBufferPointer($0), to: rawValue) }
        // The first one counts.
        if self == .output, error != 0, error != EPIPE {
            _ = Self.failed.compareExchange(expected: 0, desired: error, ordering: .relaxed)
        }
    }

    /// Writes all bytes to a descriptor, as long as that takes.
    ///
    /// - Returns: 0, or the number of the error that kept some from it.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count >= 0 {
                done += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // Set so by whoever shares the stream; it has no room now.
                var waited = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waited, 1, -1)
            default: return errno
            }
        }
        return 0
    }
}
