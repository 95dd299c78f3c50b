import Platform

/// Where a trainer's weights go: the door through which versions leave a learner.
///
/// Today one session's folder of weights; a fleet's would send them to many robots. Called on the thread that trains.
public protocol VersionSink: AnyObject {
    /// Keeps the weights of a new version, before they can act.
    ///
    /// - Parameters:
    ///   - weights: a snapshot in its layout's order; valid during the call.
    ///   - isDurable: there are so few versions that each may wait for the disk; `retire` follows where it is false.
    /// - Throws: what the disk said: weights that cannot be kept do not act, for nothing they did could be replayed.
    func keep(
        _ weights: UnsafeBufferPointer<Float>, version: UInt32, isDurable: Bool
    ) throws(PlatformError)

    /// Takes leave of a version that did not wait for the disk and that nobody can take up any more.
    ///
    /// - Parameter hasActed: it was taken up: it must stay. One that was not never will be.
    func retire(version: UInt32, hasActed: Bool)

    /// The weights of a version that was kept and not taken leave of, as a safetensors file.
    ///
    /// - Throws: what kept them from being read back.
    func content(of version: UInt32) throws(PlatformError) -> [UInt8]
}
