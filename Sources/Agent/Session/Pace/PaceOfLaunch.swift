import Configuration

extension Launch {
    /// The pace of a session with this launch: the one place where which schedule runs is asked.
    func makePace() -> any Pace {
        switch schedule {
        case .lockstep: LockstepPace()
        case .realtime: RealtimePace(session.cores)
        }
    }
}
