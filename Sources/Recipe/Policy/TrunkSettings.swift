/// The shape of the transformer that policies of kind `transformer` and `tokens` share; `Learning/Algorithm.md` 4.6.
public struct TrunkSettings: Sendable, Equatable {
    /// Blocks of attention and a wide layer, one after the other.
    public var layers = 4
    /// Heads of one attention; a divisor of the width.
    public var heads = 4
    /// Numbers of one token.
    public var width = 128
    /// Dropout in training.
    public var dropout = 0.1

    /// As published: 3.5 million numbers, four times the work of Hone's own.
    public static let paper = TrunkSettings(layers: 4, heads: 8, width: 256)

    /// Hone's own: one core keeps up with a robot.
    public init() {}

    /// Hone's own in another width, with heads of 32 where it is a multiple of that.
    public init(width: Int) {
        self.width = width
        heads = width % 32 == 0 ? width / 32 : 1
    }

    /// Another size.
    public init(layers: Int, heads: Int, width: Int, dropout: Double = 0.1) {
        self.layers = layers
        self.heads = heads
        self.width = width
        self.dropout = dropout
    }
}
