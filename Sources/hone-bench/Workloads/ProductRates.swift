import Neural

/// How fast this machine makes each shape of product on one thread, by whichever kernel is fastest; measured once each.
///
/// The limit is no kernel's in particular: OpenBLAS may run on slower ones than ours, or ours than its.
final class ProductRates {
    private var seconds: [ProductShape: Double] = [:]
    /// The least seconds of one product by each kernel; nil for shapes that it does not make.
    private let kernels: [(ProductShape) -> Double?]

    /// Those of this machine.
    ///
    /// - Parameter isHalf: whether kernels of half precision count too, because the work uses them.
    convenience init(isHalf: Bool) {
        let bench = ProductBench()
        self.init(
            kernels: [bench.libraryTime, bench.engineTime] + (isHalf ? [bench.halfTime] : []))
    }

    /// Rates of given kernels, for tests.
    init(kernels: [(ProductShape) -> Double?]) { self.kernels = kernels }

    /// The seconds that all of the products take at least.
    func limit(_ products: [ProductShape: Int]) -> Double {
        products.reduce(0) { $0 + Double($1.value) * fastest($1.key) }
    }

    /// The least seconds of one product by any kernel.
    func fastest(_ shape: ProductShape) -> Double {
        if let known = seconds[shape] { return known }
        let time = kernels.compactMap { $0(shape) }.min() ?? 0
        seconds[shape] = time
        return time
    }
}
