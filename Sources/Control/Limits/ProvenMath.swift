/// Two operations of the standard library that allocate nothing and take no lock, which the compiler
/// cannot see for itself where it proves that of their callers.
///
/// Each is one instruction on every processor that Hone runs on.
enum ProvenMath {
    /// The square root.
    @_semantics("no_performance_analysis")
    @inline(__always)
    static func root(_ value: Double) -> Double { value.squareRoot() }

    /// The largest whole number that is not larger.
    @_semantics("no_performance_analysis")
    @inline(__always)
    static func floor(_ value: Double) -> Double { value.rounded(.down) }
}
