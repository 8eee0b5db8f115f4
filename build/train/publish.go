package train

import "context"

func Publish(ctx context.Context, c Config, r *Result, path, licence string) error { return nil }
