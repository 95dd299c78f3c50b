import Foundation
import SwiftProtobuf

/// The topics of a session log, in the order of their channel ids.
enum LogTopic: UInt16, CaseIterable {
    case episode = 1
    case transition = 2
    case tick = 3
    case event = 4
    case metrics = 5
    case label = 6

    var name: String {
        switch self {
        case .episode: "/episode"
        case .transition: "/transition"
        case .tick: "/tick"
        case .event: "/event"
        case .metrics: "/learner/metrics"
        case .label: "/episode/label"
        }
    }

    /// Full name of the topic's message.
    var message: String {
        switch self {
        case .episode: Hone_EpisodeMark.protoMessageName
        case .transition: Hone_Transition.protoMessageName
        case .tick: Hone_Tick.protoMessageName
        case .event: Foxglove_Log.protoMessageName
        case .metrics: Hone_Metrics.protoMessageName
        case .label: Hone_EpisodeLabel.protoMessageName
        }
    }

    private var descriptors: String {
        switch self {
        case .episode, .label: SchemaDescriptors.episode
        case .transition: SchemaDescriptors.transition
        case .tick: SchemaDescriptors.tick
        case .event: SchemaDescriptors.log
        case .metrics: SchemaDescriptors.metrics
        }
    }

    /// The message's layout as the log carries it; a schema's id is its topic's.
    var schema: MCAPSchema {
        MCAPSchema(
            id: rawValue, name: message, encoding: "protobuf",
            data: [UInt8](Data(base64Encoded: descriptors) ?? Data()))
    }

    var channel: MCAPChannel {
        MCAPChannel(id: rawValue, schema: rawValue, topic: name, encoding: "protobuf")
    }
}
