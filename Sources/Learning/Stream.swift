import Neural

/// Who uses random numbers; each takes this stream and the next few.
enum Stream: UInt32 {
    case policyWeights = 0x100
    case criticWeights = 0x110
    case valueWeights = 0x120
    case editWeights = 0x130
    case imitationRows = 0x200
    case imitation = 0x210
    case criticRows = 0x220
    case criticCandidates = 0x230
    case critic = 0x240
    case policyRows = 0x250
    case policyCandidates = 0x260
    case selection = 0x270
    case policy = 0x280
    case edit = 0x290

    /// The key of one update.
    func key(_ seed: UInt64, _ update: Int) -> RandomKey {
        RandomKey(seed: seed, stream: rawValue, step: UInt64(update))
    }
}
