@main struct HoneBench { static func main() {} }
