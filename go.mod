module segfault

go 1.26
