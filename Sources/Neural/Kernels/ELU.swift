/// The activation y = x for x > 0, else e^x − 1; arXiv 1511.07289, equation 15.
public enum ELU: Activation {
    @inline(always)
    static func value(_ x: Lanes) -> (value: Lanes, aid: Lanes) {
        let one = Lanes(repeating: 1)
        let power = exponential(smaller(x, Lanes(repeating: 0)))
        return (x.replacing(with: power - one, where: x .<= Lanes(repeating: 0)), power)
    }

    @inline(always)
    static func slope(_ x: Lanes, value: Lanes, aid power: Lanes) -> Lanes { power }

    /// Activates x [N, H] plus a bias; as `Swish.forward`.
    public static func forward(
        _ x: Matrix, bias: UnsafePointer<Float>? = nil, into y: Matrix, slope: Matrix? = nil
    ) { activate(x, bias: bias, into: y, slope: slope) }

    /// dX = dY ⊙ slope, and adds dX's rows to a bias' gradient; as `Swish.backward`.
    public static func backward(
        _ dY: Matrix, slope: Matrix, into dX: Matrix, dBias: UnsafeMutablePointer<Float>? = nil
    ) { propagate(dY, slope: slope, into: dX, dBias: dBias) }
}
