internal import Embodiment

extension BridgeDescription {
    /// Why no robot can be like this, or nil: checked at both ends, before sizes are trusted.
    public var impossibility: String? {
        if axes.isEmpty || axes.count > Capacity.axes {
            return "it has \(axes.count) axes, possible are 1…\(Capacity.axes)"
        }
        if features.count > Capacity.features {
            return "it has \(features.count) features, at most \(Capacity.features) are possible"
        }
        if !(commandRateHz.isFinite && commandRateHz > 0) {
            return "its command rate is \(commandRateHz) Hz"
        }
        if !(watchdogMilliseconds.isFinite && watchdogMilliseconds > 0) {
            return "its watchdog acts after \(watchdogMilliseconds) ms"
        }
        for axis in axes {
            let numbers = [axis.lower, axis.upper, axis.velocity, axis.acceleration]
            let areFinite = numbers.allSatisfy(\.isFinite)
            if !areFinite || axis.lower >= axis.upper || axis.velocity <= 0
                || axis.acceleration <= 0
            {
                return "the limits of axis \(axis.name) make no sense: lower \(axis.lower), upper "
                    + "\(axis.upper), velocity \(axis.velocity), acceleration \(axis.acceleration)"
            }
            if axis.isVelocity, axis.lower > 0 || axis.upper < 0 {
                return
                    "axis \(axis.name) is commanded by its velocity and cannot be at rest: 0 is not "
                    + "within \(axis.lower)…\(axis.upper) \(axis.unit)"
            }
        }
        var names: Set<String> = []
        for name in axes.map(\.name) + features.map(\.name) where !names.insert(name).inserted {
            return "the name \(name.debugDescription) occurs twice among its axes and features"
        }
        if version >= 2, robotID.isEmpty || robotID.utf8.count > Self.longestRobotID {
            return "its id has \(robotID.utf8.count) bytes, possible are 1…\(Self.longestRobotID)"
        }
        if cameras.count > Self.maximumCameras || Set(cameras.map(\.name)).count != cameras.count {
            return "it has \(cameras.count) cameras, at most \(Self.maximumCameras) of different "
                + "names are possible"
        }
        return nil
    }
}
