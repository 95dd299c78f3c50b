/// A part of a session that runs to its end, or until a person interrupts it; one that an earlier process has finished does
/// nothing.
protocol Stage {
    /// Runs it.
    func run(in session: Session) throws
}
