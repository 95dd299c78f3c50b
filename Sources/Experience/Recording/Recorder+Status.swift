import Platform
internal import Synchronization

extension Recorder {
    /// Why the rings are on a disk, where a thread that fills them may wait for a device; nil where they are in memory,
    /// and before `start`.
    ///
    /// They survive the process there as anywhere.
    public var ringRefusal: PlatformError? { rings?.refusal }

    /// Who does a recorder's work: it goes down this list and never back, but where its thread cannot be started.
    ///
    /// Without `start` from `inPlace` straight to `closed`.
    enum Status: UInt8, AtomicRepresentable {
        /// Nobody beside the calling thread: a record is in the log when `record` returns.
        case inPlace
        /// The recorder's thread; producers fill their rings.
        case running
        /// The same, which has been told to end: it makes one more round.
        case stopping
        /// The thread that closes: the recorder's own has made its last round, and what came after it is in the rings.
        case ended
        /// Nobody: what there was is durable, or kept where the rings are found.
        case closed

        /// Whether the recorder's thread will make another round.
        var hasThread: Bool {
            switch self {
            case .running, .stopping: true
            case .inPlace, .ended, .closed: false
            }
        }
    }

    /// What becomes of a commit.
    enum Disk: UInt8, AtomicRepresentable {
        /// It is tried.
        case working
        /// It is not: the last one failed, in every part that was tried.
        case failed
        /// It has failed, and a person wants it to be tried again: the next round does.
        case retrying
    }
}
