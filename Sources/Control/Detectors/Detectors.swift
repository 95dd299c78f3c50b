/// The detectors that begin anew with every epoch and every bridge process.
///
/// In one value, so that none is forgotten when they do. The tick's thread; no allocation.
struct Detectors: Sendable {
    var frozen = FrozenValues()
    var jump = EncoderJump()
    var gaps = SequenceGaps()
    var sampleClock = SampleClock()
    var lag = AcknowledgementLag()
    var tracking = TrackingWatch()
    var standstill: StandstillWatch
    var brake = BrakeWatch()

    /// Nothing has been seen.
    init(axes: Int) { standstill = StandstillWatch(axes: axes) }
}
