/// How a simulated robot came to its end.
public enum SimulationEnd: Sendable, Equatable {
    /// It was asked to end.
    case requested
    /// An injected fault killed it; the process should exit with a failure at once.
    case died
}
