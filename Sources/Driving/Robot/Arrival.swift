import Embodiment
import Platform

/// One thing that came from a bridge, on its way from the bridge's thread to the tick's.
///
/// A plain value of fixed size.
struct Arrival: Sendable {
    /// What it was.
    enum Kind: Sendable, Equatable {
        /// A sample.
        case sample
        /// A sample with a number that is not finite: which one, of which axis or feature.
        case notFinite(SampleField, index: Int)
        /// A frame that could not be read.
        case damaged
        /// A stop button was down in a sample that says nothing else, before there is an epoch to say it in.
        case stopButton
    }

    var kind: Kind
    /// When it came.
    var time = MonotonicTime(nanoseconds: 0)
    /// Samples before it, of which it says all that must not be missed.
    var passed: UInt64 = 0
    /// Without a meaning where `kind` is another.
    var sample = SensorSample(axes: 0, features: 0)
}

extension SensorSample {
    /// Whether a newer sample says all of this one that must not be missed when that overtakes it.
    ///
    /// Buttons, the end of an episode, and whose sample it is; not what a force sensor felt.
    @_noAllocation @_noLocks
    func isSaid(by newer: @_addressable SensorSample) -> Bool {
        newer.sequence > sequence && newer.bootID == bootID && newer.session == session
            && newer.epoch == epoch && newer.isEnabled == isEnabled && newer.buttons == buttons
            && newer.isSuccess == isSuccess && newer.isTerminal == isTerminal
            && newer.isTruncated == isTruncated
    }
}
