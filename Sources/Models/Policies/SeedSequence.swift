import Neural

/// Hands out a key per tensor: the network's key at successive steps.
struct SeedSequence {
    private var key: RandomKey

    init(key: RandomKey) { self.key = key.at(step: key.step &* 65_536) }

    mutating func next() -> RandomKey {
        key.step &+= 1
        return key
    }
}
