import Embodiment
import Platform

/// What a session lived, as it is known now: every log in order, with the labels that people gave afterwards.
///
/// The one way to a session's episodes. Any thread; allocates.
public struct SessionArchive: Sendable {
    /// Where everything is.
    public let files: SessionFiles
    /// The sum of each labelled episode's labels.
    public private(set) var labels: [UInt32: EpisodeLabel] = [:]
    /// What the label files turned out to hold.
    public private(set) var labelReports: [FileReport] = []

    /// One file and what it turned out to hold.
    public struct FileReport: Sendable, Equatable {
        /// The file.
        public var path: String
        /// What is in it and what is wrong with it.
        public var report: LogReport

        /// That something of what was recorded is not there any more, for whoever uses the rest; nil where all is.
        public var damage: String? {
            let losses = report.issues.filter(\.losesRecords)
            guard let first = losses.first else { return nil }
            return "\(path) is damaged, and only what is left of it is used: \(first)"
                + (losses.count > 1 ? ", and \(losses.count - 1) more" : "")
        }
    }

    /// One episode, as recorded and as labelled.
    public struct Entry: Sendable {
        /// What the log holds.
        public var recorded: Episode
        /// The same with its labels: what is trained on.
        public var episode: Episode
        /// Robot time it took from its start record to its end, driving home and scene reset included, s.
        public var robotSeconds: Double
        /// Robot time from its first step to its end, s.
        public var stepSeconds: Double
        /// Whether labels have changed it.
        public var isLabelled: Bool
        /// The label keeps steps that the episode does not have, and was passed over.
        public var hasUselessLabel: Bool
    }

    /// Reads a session's labels.
    ///
    /// - Parameter path: a session directory, its `log/` folder, or a log.
    public init(_ path: String) throws(LogError) {
        files = try SessionFiles(of: path)
        for file in files.labels {
            let reader = try SessionLogReader(path: file)
            var found: [EpisodeLabel] = []
            let report = try reader.records { record, _ in
                if case .label(let label) = record { found.append(label) }
            }
            for label in found { merge(label) }
            labelReports.append(FileReport(path: file, report: report))
        }
    }

    private mutating func merge(_ label: EpisodeLabel) {
        var sum = labels[label.episode] ?? EpisodeLabel(episode: label.episode)
        sum.merge(label)
        labels[label.episode] = sum
    }

    /// Visits every whole episode in the order they ended, aborted ones too.
    ///
    /// - Returns: what each log turned out to hold.
    @discardableResult
    public func entries(_ visit: (Entry) -> Void) throws(LogError) -> [FileReport] {
        var reports: [FileReport] = []
        var timeline = EpisodeTimeline()
        for (index, log) in files.logs.enumerated() {
            let isLast = index == files.logs.count - 1
            var report = try SessionLogReader(path: log).timedEpisodes(
                &timeline, isLast: isLast
            ) { episode, seconds in
                visit(entry(episode, seconds))
            }
            if !isLast { report.goesOn(wasCut: SessionLog.wasCut(log)) }
            reports.append(FileReport(path: log, report: report))
        }
        return reports
    }

    /// Visits every readable record of every log in order; of a log a chunk is in memory at a time.
    ///
    /// - Returns: what each log turned out to hold.
    @discardableResult
    public func records(
        _ visit: (LogRecord, MonotonicTime) -> Void
    ) throws(LogError) -> [FileReport] {
        var reports: [FileReport] = []
        for (index, log) in files.logs.enumerated() {
            var report = try SessionLogReader(path: log).records(visit)
            if index < files.logs.count - 1 { report.goesOn(wasCut: SessionLog.wasCut(log)) }
            reports.append(FileReport(path: log, report: report))
        }
        return reports
    }

    /// Every whole episode as labelled, and what each log turned out to hold.
    public func episodes() throws(LogError) -> (episodes: [Episode], reports: [FileReport]) {
        var found: [Episode] = []
        let reports = try entries { found.append($0.episode) }
        return (found, reports)
    }

    private func entry(_ recorded: Episode, _ seconds: EpisodeSeconds) -> Entry {
        var entry = Entry(
            recorded: recorded, episode: recorded, robotSeconds: seconds.robot,
            stepSeconds: seconds.steps, isLabelled: false, hasUselessLabel: false)
        guard let label = labels[recorded.number] else { return entry }
        if let episode = recorded.labelled(label) {
            entry.episode = episode
            entry.isLabelled = episode != recorded
        } else {
            entry.hasUselessLabel = true
        }
        return entry
    }

    /// Appends a label in a file of its own, and returns once it is on the disk.
    ///
    /// - Parameter time: when it was given.
    /// - Returns: the file.
    /// - Throws: `LogError` where it could not be made or written; nothing is left of it then.
    @discardableResult
    public func append(_ label: EpisodeLabel, at time: MonotonicTime) throws(LogError) -> String {
        let path = try SessionFiles(of: files.folder).nextLabel
        let recorder = try Recorder(creating: path)
        do throws(LogError) {
            recorder.makeLane(capacity: 1).record(.label(label), at: time)
            try recorder.close()
        } catch {
            // What is no whole label would be a damaged one for ever.
            try? Files.remove(path)
            throw error
        }
        return path
    }
}
